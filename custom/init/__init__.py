"""A plan for data that nobody described: what the files are, what follows from that, and how long a training will take.

::

    make        the way from a folder to a plan, each part below in turn
    naming      which files are images and which are their labels, by their names
    roles       what a group of files shows: images, labels, or the field of view
    places      where images and labels may lie
    belonging   whether images and labels of the same names belong together
    layout      the layout of a folder: a known one, or one that its names tell
    elsewhere   names in another folder than that of a training: to check, or to score a run on
    patients    which images are of one patient, by their names
    copies      images that are copies of images of other patients
    notes       what is found besides, and left out
    refusals    why a folder shows no images with labels
    owners      which labels an image has by its name: several, or none
    outlines    labels in files that hold no images
    pixels      what a sample of images and labels holds, as a `fingerprint`
    objects     how large the objects of labels are
    kinds       what the values of labels mean: a mask, classes, objects
    choices     settings with their reasons, each a `Choice` of `reasons`
    schedule    settings of the steps, epochs and validations
    class_names names of classes, where a file tells them
    overlay     the plan as a config
    timing      three steps of the training that the plan asks for
    report      the plan as a person reads it
"""
