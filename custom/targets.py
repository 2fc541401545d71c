"""What configs name and a person can get wrong: functions whose `ValueError` ends the program with one line."""

from custom import data
from custom.door import one_line_errors

cell_tracking_frames = one_line_errors(data.cell_tracking_frames)
evaluation_slices = one_line_errors(data.evaluation_slices)
folder_images = one_line_errors(data.folder_images)
given_split = one_line_errors(data.given_split)
lgg_slices = one_line_errors(data.lgg_slices)
lgg_split = one_line_errors(data.split_by_patient)
list_images = one_line_errors(data.list_images)
record_split = one_line_errors(data.write_split)
sequence_split = one_line_errors(data.split_in_sequence)
