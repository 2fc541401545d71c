"""The Python of the U-Net bundle; `bundle/configs/*.json` name its parts as `_target_`.

::

    networks     the U-Net, the arithmetic of its sizes, weights from files, the runtimes that run it
    inferers     a network applied to an image: in one pass, tile by tile without seams, or on a coarser grid
    files        every format of images, read and written in one way; DICOM series in, DICOM SEG out
    data         layouts as datalists, splits by patient, checks, the simulated phantom set
    loading      what a DataLoader needs of them: MONAI's reader, caches, batches of a patient or a size
    init         a plan for data that nobody described
    settings     the table of settings, with the rule of each
    configs      the config that is run: checked before anything of it runs, its errors in one line
    transforms   border weights, elastic deformation, instances; augmentation of whole batches
    losses       weighted cross-entropy; Dice and cross-entropy of the labelled pixels
    metrics      overlap by patient; pixel, Rand, warping and object metrics as pure functions
    figures      contours, curves and panels of a run; the paper's figures
    report       report.html of a run: what it shows, and how it is written
    runs         runs by name: listed, summed up, compared by patient, calibrated, on several workers
    crossval     folds that are trained, scored and summed up
    viewer       predictions in napari
    handlers     what happens around the engines: checkpoints, tables, figures, results
    export       a bundle that stands on its own, 8-bit weights
    large        images larger than memory, block by block on Dask
    dicom_route  a DICOM series through the FLAIR network, and its report.html
    storage      files that are whole or not there: JSON, tables, weights by name
    system       memory, threads, signals, locks, streams; the processes of a group
    targets      what configs name whose errors end the program in one line
    optimizers   optimizers by name
    bundle_root  where the bundle lies whose configs are used
    __main__     the front door: python -m custom VERB
    verbs        a module for each VERB
    command_line what verbs share: parser, options, lines of the terminal
    text         what their lines are made of: lists cut short, times in words, the nearest name
"""
