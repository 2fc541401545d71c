import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from monai.bundle import ConfigParser
from monai.data import MetaTensor
from torch.nn.functional import cross_entropy

from custom.losses import WeightedCrossEntropy
from custom.networks import UNet, valid_output_size

CONFIG = """{
  "imports": ["$import operator", "$import torch"],
  "items": [],
  "network": {"_target_": "custom.networks.UNet", "in_channels": 1, "out_channels": 2, "init_features": 2, "depth": 2},
  "transform": {
    "_target_": "Compose",
    "transforms": [
      {"_target_": "custom.transforms.BorderWeightMapd", "keys": "label"},
      {"_target_": "ThresholdIntensityd", "keys": "label", "threshold": 1, "above": false, "cval": 1},
      {"_target_": "EnsureTyped", "keys": ["image", "label", "weight"]},
      {"_target_": "RandFlipd", "keys": ["image", "label", "weight"], "prob": 0.5, "spatial_axis": 0},
      {"_target_": "ConcatItemsd", "keys": ["label", "weight"], "name": "label"}
    ]
  },
  "trainer": {
    "_target_": "SupervisedTrainer",
    "device": "cpu", "max_epochs": 1, "network": "@network",
    "train_data_loader": {
      "_target_": "DataLoader", "batch_size": 2,
      "dataset": {"_target_": "CacheDataset", "data": "@items", "transform": "@transform", "progress": false}
    },
    "optimizer": {"_target_": "torch.optim.SGD", "params": "$@network.parameters()", "lr": 0.1},
    "loss_function": {"_target_": "custom.losses.WeightedCrossEntropy"},
    "postprocessing": {
      "_target_": "Compose",
      "transforms": [
        {"_target_": "AsDiscreted", "keys": "pred", "argmax": true},
        {"_target_": "Lambdad", "keys": "label", "func": "$operator.itemgetter(slice(0, 1))"}
      ]
    },
    "key_train_metric": {
      "train_mean_dice": {
        "_target_": "MeanDice", "include_background": true, "output_transform": "$monai.handlers.from_engine(['pred', 'label'])"
      }
    }
  }
}"""


def energy_by_definition(logits, label, weight, ignored):
    """Equation 1 pixel by pixel, over the number of labelled pixels."""
    total, number = 0.0, 0
    for n, row, column in np.ndindex(len(logits), *logits.shape[2:]):
        truth = int(label[n, 0, row, column])
        if truth != ignored:
            exponentials = np.exp(logits[n, :, row, column])
            total -= weight[n, 0, row, column] * np.log(exponentials[truth] / exponentials.sum())
            number += 1
    return total / max(number, 1)


def made(shape=(2, 3, 5, 4), seed=0):
    rng = np.random.default_rng(seed)
    label = rng.integers(-1, shape[1], (shape[0], 1, *shape[2:]))
    return torch.tensor(rng.normal(size=shape)), torch.tensor(label), torch.tensor(rng.uniform(0, 10, label.shape))


@pytest.mark.parametrize(
    ("logits", "label", "weight", "message"),
    [
        ((2, 1, 4, 4), (2, 1, 4, 4), None, r"logits must be \(N, K, H, W\) with K >= 2 classes, got \(2, 1, 4, 4\)"),
        ((2, 4, 4), (2, 1, 4, 4), None, r"logits must be \(N, K, H, W\) with K >= 2 classes"),
        ((2, 2, 4, 4), (2, 4, 4), None, r"label must be \(N, 1, H, W\), .* got \(2, 4, 4\)"),
        (
            (2, 2, 4, 4),
            (2, 1, 4, 3),
            None,
            r"label must be .* at least as large as the logits \(2, 2, 4, 4\), got \(2, 1, 4, 3\)",
        ),
        ((2, 2, 4, 4), (2, 1, 4, 4), (1, 1, 4, 4), r"weight must be \(N, 1, H, W\), .* got \(1, 1, 4, 4\)"),
        ((2, 2, 4, 4), (2, 2, 4, 4), (2, 1, 4, 4), "weight was given both as the label's second channel and as an argument"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(logits, label, weight, message):
    with pytest.raises(ValueError, match=message):
        WeightedCrossEntropy()(torch.zeros(logits), torch.zeros(label), None if weight is None else torch.zeros(weight))


@pytest.mark.parametrize("value", [2, 57, -2])
def test_instances_in_place_of_classes_are_refused(value):
    label = torch.zeros(1, 1, 2, 2)
    label[0, 0, 0, 1] = value
    with pytest.raises(ValueError, match=r"label must hold classes 0..1 as the logits do, or -1 where unlabelled, got"):
        WeightedCrossEntropy()(torch.zeros(1, 2, 2, 2), label)


def test_a_pixel_costs_its_weight_times_minus_log_p():
    # p of class 1 is 0.8, 0.5 and 0.5; the true classes are 1, 0 and unlabelled.
    logits = torch.tensor([[[[0.0, 0.0, 0.0]], [[np.log(4), 0.0, 0.0]]]])
    label, weight = torch.tensor([[[[1, 0, -1]]]]), torch.tensor([[[[3.0, 1.0, 100.0]]]])
    expected = (-3 * np.log(0.8) - np.log(0.5)) / 2
    assert WeightedCrossEntropy()(logits, label, weight).item() == pytest.approx(expected)


def test_doubled_weights_double_the_loss():
    logits, label, weight = made()
    loss = WeightedCrossEntropy()
    assert loss(logits, label, 2 * weight).item() == pytest.approx(2 * loss(logits, label, weight).item())


@settings(max_examples=20)
@given(st.tuples(st.integers(1, 3), st.integers(2, 4), st.integers(1, 5), st.integers(1, 5)), st.integers(0, 99))
def test_weight_1_or_none_is_plain_cross_entropy(shape, seed):
    logits, label, weight = made(shape, seed)
    label[0, 0, 0, 0] = 0  # plain cross-entropy is nan without a label
    plain = cross_entropy(logits, label[:, 0], ignore_index=-1)
    assert torch.allclose(WeightedCrossEntropy()(logits, label), plain)
    assert torch.allclose(WeightedCrossEntropy()(logits, label, torch.ones_like(weight)), plain)


@settings(max_examples=20)
@given(st.tuples(st.integers(1, 2), st.integers(2, 4), st.integers(1, 4), st.integers(1, 4)), st.integers(0, 99))
def test_the_loss_is_the_energy_by_definition(shape, seed):
    logits, label, weight = made(shape, seed)
    expected = energy_by_definition(logits.numpy(), label.numpy(), weight.numpy(), ignored=-1)
    assert WeightedCrossEntropy()(logits, label, weight).item() == pytest.approx(expected)


def test_the_weight_may_be_the_labels_second_channel_and_the_label_of_any_dtype():
    logits, label, weight = made()
    expected = WeightedCrossEntropy()(logits, label, weight)
    assert torch.equal(WeightedCrossEntropy()(logits, torch.cat([label, weight], dim=1)), expected)
    assert torch.equal(WeightedCrossEntropy()(logits, MetaTensor(label.float()), weight), expected)
    bytes_ = torch.where(label == -1, 255, label).to(torch.uint8)
    assert torch.equal(WeightedCrossEntropy(ignore_index=255)(logits, bytes_, weight), expected)


def test_unlabelled_pixels_have_no_gradient_and_an_unlabelled_batch_costs_nothing():
    logits, label, weight = made()
    logits.requires_grad_()
    WeightedCrossEntropy()(logits, label, weight).backward()
    assert not logits.grad[(label == -1).expand_as(logits)].any()
    assert logits.grad[(label != -1).expand_as(logits)].all()
    loss = WeightedCrossEntropy()(logits, torch.full_like(label, -1), weight)
    assert loss.item() == 0
    loss.backward()


def test_what_a_network_says_where_nothing_counts_does_not_matter():
    logits, label, weight = made()
    expected = WeightedCrossEntropy()(logits, label, weight * (label != 1))
    spoilt = torch.where(label == 1, torch.inf, torch.where(label == -1, torch.nan, logits))
    assert torch.equal(WeightedCrossEntropy()(spoilt, label, weight * (label != 1)), expected)


def test_a_valid_network_is_compared_with_the_centre_of_label_and_weight():
    network = UNet(in_channels=1, out_channels=2, init_features=2, depth=3, padding=False, batch_norm=False)
    logits = network(torch.zeros(1, 1, 60, 52))
    assert tuple(logits.shape[2:]) == (valid_output_size(60, 3), valid_output_size(52, 3)) == (20, 12)
    label, weight = torch.ones(1, 1, 60, 52), torch.full((1, 1, 60, 52), 7.0)
    label[..., 20:40, 20:32], weight[..., 20:40, 20:32] = 0, 2
    assert WeightedCrossEntropy()(logits, label, weight).item() == pytest.approx(
        2 * cross_entropy(logits, torch.zeros(1, 20, 12).long()).item(), rel=1e-5
    )


def test_a_stock_trainer_steps_with_it_in_a_json_config():
    instances = np.zeros((1, 16, 16), np.int32)
    instances[:, 2:7, 2:8], instances[:, 2:7, 9:14], instances[:, 12:] = 1, 2, -1
    rng = np.random.default_rng(0)
    config = json.loads(CONFIG)
    config["items"] = [{"image": rng.random((1, 16, 16), np.float32), "label": instances} for _ in range(2)]
    trainer = ConfigParser(config).get_parsed_content("trainer")
    before = [parameter.clone() for parameter in trainer.network.parameters()]
    trainer.run()
    output = trainer.state.output[0]
    assert np.isfinite(output["loss"])
    assert output["label"].shape == (1, 16, 16)
    assert set(output["label"].unique().tolist()) == {-1, 0, 1}
    assert 0 <= trainer.state.metrics["train_mean_dice"] <= 1
    assert any(not torch.equal(a, b) for a, b in zip(before, trainer.network.parameters(), strict=True))
