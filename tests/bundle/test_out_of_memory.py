"""A training that does not fit the memory of its device."""

import pytest
import torch


def test_a_step_that_does_not_fit_is_one_line_that_says_what_to_halve(training, caplog):
    workflow = training(run_name="large")
    network = workflow.parser.get_parsed_content("network")
    network.register_forward_pre_hook(lambda *_: torch.empty(2**50) and None)  # a petabyte, of torch's own allocator
    with pytest.raises(SystemExit) as ended:
        workflow.run()
    assert str(ended.value) == (
        "out of memory: a step on 4 images of 32×32 pixels does not fit that of cpu; "
        "take --batch_size 2, a smaller --patch_size or fewer --init_features"
    )
    assert "DefaultCPUAllocator" not in caplog.text
