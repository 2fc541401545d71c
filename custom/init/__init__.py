"""A plan for data that nobody described: what the files are, what follows from that, and how long a training will take.

::

    naming      which files are images and which are their labels, by their names
    roles       what a group of files shows: images, labels, or the field of view
    places      where images and labels may lie
    belonging   whether images and labels of the same names belong together
    layout      the layout of a folder: a known one, or one that its names tell
    notes       what is found besides, and left out
    refusals    why a folder shows no images with labels
    owners      which labels an image has by its name: several, or none
    outlines    labels in files that hold no images
    pixels      what a sample of images and labels holds
    choices     settings with their reasons
    schedule    those of the steps, epochs and validations
    overlay     the plan as a config
    timing      three steps of the training that the plan asks for
    report      the plan as a person reads it
"""
