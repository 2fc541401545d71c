"""The Python of the U-Net bundle; `bundle/configs/*.json` name its parts as `_target_`.

::

    networks    the U-Net, the arithmetic of its sizes, weights from files
    inferers    a network applied to an image: in one pass, or tile by tile without seams
    data        datalists, splits by patient, checks, DICOM series, the simulated phantom set
    transforms  border weights, elastic deformation, instances
    losses      weighted cross-entropy
    metrics     overlap by patient; pixel, Rand, warping and object metrics as pure functions
    handlers    what happens around the engines: checkpoints, tables, figures, results
    __main__    the front door: python -m custom VERB
"""
