"""Volumes that are broken or hold something else than intensities, and what is said of each."""

import zlib

import numpy as np
from trust.broken_files import VOXELS, damaged, flipped, meta, nifti, nrrd, of, packed, with_nan
from trust.tables.pictures import WEB_PAGE

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
ANNEX = b"/annex/objects/SHA256E-s9--0.nii.gz\n"
NO_NIFTI = "unreadable: not a NIfTI file, or truncated in its header"
NO_META = "unreadable: no MetaImage, or truncated in its header"
NO_END = "unreadable: Compressed file ended before the end-of-stream marker was reached"
NO_NRRD = "_nrrdRead: couldn't parse"
CUT = "truncated file: it ends before its voxels do"
BROKEN = {
    **damaged(
        ".nii", nifti(), 352, {"text": WEB_PAGE, "zeros": NO_NIFTI, "first": NO_NIFTI, "header": NO_NIFTI, "pixels": CUT}
    ),
    **damaged(
        ".nii.gz",
        packed(nifti()),
        100,
        {"text": WEB_PAGE, "zeros": NO_NIFTI, "first": NO_END, "header": NO_END, "pixels": NO_END},
    ),
    **damaged(
        ".nrrd",
        nrrd(),
        200,
        {
            "text": WEB_PAGE,
            "zeros": NO_NRRD,
            "first": NO_NRRD,
            "header": 'hit end of header, but no "data file" given',
            "pixels": "fread got only 165 1-sized things, not 288",
        },
    ),
    **damaged(".mha", meta(), 60, {"text": WEB_PAGE, "zeros": NO_META, "first": NO_META, "header": NO_META, "pixels": CUT}),
    "of complex numbers.nii": (
        of(nifti(VOXELS.astype(np.complex64))),
        "holds values of type complex64; save it as whole numbers or floats",
    ),
    "of 128 bits.nii": (of(nifti(datatype=1536, bitpix=128)), "unreadable: data code 1536 not supported"),
    "of a type that is none.nii": (of(nifti(datatype=7)), "unreadable: data code 7 not recognized"),
    "of bits.nii": (of(nifti(datatype=1, bitpix=1)), "unreadable: data code 1 not supported"),
    "of no axes.nii": (of(nifti(dim=[0] * 8)), "has the shape (0,), without a voxel"),
    "of one axis.nii": (of(nifti(dim=[1, 288, 1, 1, 1, 1, 1, 1])), "has 1 axes; a volume has (X, Y, Z) or (X, Y, Z, C)"),
    "of five axes.nii": (of(nifti(dim=[5, 2, 2, 2, 4, 9, 1, 1])), "has 5 axes; a volume has (X, Y, Z) or (X, Y, Z, C)"),
    "of nine axes.nii": (of(nifti(dim=[9, 8, 9, 4, 1, 1, 1, 1])), "unreadable: vox offset 0 too low for single file nifti1"),
    "of no size.nii": (of(nifti(dim=[3, 0, 9, 4, 1, 1, 1, 1])), "has the shape (0, 9, 4), without a voxel"),
    "larger than memory.nii": (
        of(nifti(dim=[3, 32000, 32000, 32000, 1, 1, 1, 1])),
        "truncated file: it ends before its voxels do",
    ),
    "larger than memory.nii.gz": (
        of(packed(nifti(dim=[3, 32000, 32000, 32000, 1, 1, 1, 1]))),
        "claims 32000×32000×32000 pixels",
    ),
    "of fewer voxels.nii.gz": (
        of(packed(nifti()[:-100])),
        "unreadable: Expected 576 bytes, got 476 bytes",
    ),
    "of wrong checksum.nii.gz": (
        of(flipped(packed(nifti()), -6 % len(packed(nifti())))),
        "unreadable: CRC check failed 0xf514f208 != 0xf5ebf208",
    ),
    "with rubbish behind.nii.gz": (of(packed(nifti()) + b"rubbish"), "unreadable: Not a gzipped file (b'ru')"),
    "with its voxels beyond its end.nii": (of(nifti(vox_offset=1000000.0)), "truncated file: it ends before its voxels do"),
    "with its voxels in its header.nii": (of(nifti(vox_offset=4)), "unreadable: vox offset 4 too low for single file nifti1"),
    "with its voxels at its start.nii": (of(nifti(vox_offset=0)), "has the vox_offset 0, within its header of 352 bytes"),
    "with its voxels before it.nii": (of(nifti(vox_offset=-352)), "unreadable: vox offset -352 too low for single file nifti1"),
    "of another magic.nii": (of(nifti(magic=b"n+7")), "unreadable: not a NIfTI file, or truncated in its header"),
    "of two files.nii": (of(nifti(magic=b"ni1")), "is the header of a pair .hdr and .img; save it as one .nii"),
    "flat.nii": (
        of(nifti(srow_z=[0, 0, 0, 0], qform_code=0)),
        "its sform or qform puts all voxels on one plane; save it with a valid affine",
    ),
    "of an affine of nan.nii": (
        of(nifti(srow_x=[np.nan] * 4)),
        "its sform or qform puts all voxels on one plane; save it with a valid affine",
    ),
    "of an affine of infinity.nii": (
        of(nifti(srow_x=[np.inf, 0, 0, 0])),
        "its sform or qform puts all voxels on one plane; save it with a valid affine",
    ),
    "scaled beyond numbers.nii": (of(nifti(scl_slope=3e38, scl_inter=3e38)), "holds "),
    "of nan.nii": (of(nifti(with_nan((8, 9, 4)))), "holds NaN or infinite values"),
    "infinite.nii": (of(nifti(with_nan((8, 9, 4), -np.inf))), "holds NaN or infinite values"),
    "a surface.nii": (of(nifti(intent_code=3001)), "holds CIFTI-2, values of a surface, not a volume"),
    "of one coronal slice.nii": (
        of(nifti(VOXELS[:, :1, :])),
        "is a single slice that is not axial; save it as PNG or TIFF, or with an axial affine",
    ),
    "of one sagittal slice.nrrd": (
        of(nrrd(bytes(36), sizes="1 9 4")),
        "is a single slice that is not axial; save it as PNG or TIFF, or with an axial affine",
    ),
    "sagittal and flat.nii": (
        of(nifti(VOXELS[0], affine=np.array([[0, 0, 1.0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]))),
        "is a single slice that is not axial; save it as PNG or TIFF, or with an axial affine",
    ),
    "without sizes.nrrd": (
        of(nrrd(sizes=None)),
        "_nrrdHeaderCheck: didn't see required field: sizes",
    ),
    "of negative size.nrrd": (
        of(nrrd(sizes="8 -9 4")),
        "_nrrdSizeCheck: axis 1 size is zero!",
    ),
    "of no size.nrrd": (
        of(nrrd(sizes="8 0 4")),
        "_nrrdSizeCheck: axis 1 size is zero!",
    ),
    "of words for sizes.nrrd": (
        of(nrrd(sizes="eight nine four")),
        "_nrrdSizeCheck: axis 0 size is zero!",
    ),
    "of fewer sizes.nrrd": (
        of(nrrd(sizes="8 9")),
        "_nrrdReadNrrdParse_sizes: parsed 2 values, but dimension is 3",
    ),
    "of a type that is none.nrrd": (
        of(nrrd(type="quaternion")),
        '_nrrdReadNrrdParse_type: couldn\'t parse type "quaternion"',
    ),
    "of blocks.nrrd": (
        of(nrrd(type="block")),
        "_nrrdHeaderCheck: type is block, but missing field: block size",
    ),
    "of an encoding that is none.nrrd": (
        of(nrrd(encoding="rot13")),
        '_nrrdReadNrrdParse_encoding: couldn\'t parse encoding "rot13"',
    ),
    "of no dimension.nrrd": (
        of(nrrd(dimension=None)),
        "_nrrdReadNrrdParse_sizes: don't yet have a valid dimension",
    ),
    "of five axes.nrrd": (
        of(nrrd(dimension="5", sizes="2 2 2 4 9", space_directions=None, space=None, space_origin=None)),
        "has 5 axes; a volume has (X, Y, Z) or (X, Y, Z, C)",
    ),
    "without its voxels.nhdr": (
        of(nrrd(b"", data_file="elsewhere.raw")),
        'elsewhere.raw" (data file 1 of 1) for reading',
    ),
    "larger than memory.nrrd": (
        of(nrrd(sizes="32000 32000 32000")),
        "claims 32000×32000×32000 pixels",
    ),
    "of broken gzip.nrrd": (
        of(nrrd(flipped(packed(bytes(range(256)) + bytes(32)), 100), encoding="gzip")),
        "its packed voxels are broken; save it anew",
    ),
    "of cut gzip.nrrd": (of(nrrd(packed(bytes(288))[:-8], encoding="gzip")), "its packed voxels are broken; save it anew"),
    "flat.nrrd": (
        of(nrrd(space_directions="(0,0,0) (0,1,0) (0,0,1)")),
        "its spacing or direction puts all voxels on one plane; save it with a valid affine",
    ),
    "a pointer.nrrd": (of(LFS), "is a pointer to a file that is not here; fetch it, as with `git lfs pull`"),
    "a pointer.nii.gz": (of(ANNEX), "is a pointer to a file that is not here; fetch it, as with `git annex get`"),
    "of nan.nrrd": (of(nrrd(with_nan((8, 9, 4)).tobytes(), type="float", endian="little")), "holds NaN or infinite values"),
    "without DimSize.mha": (of(meta(DimSize=None)), "unreadable: no MetaImage, or truncated in its header"),
    "without ElementType.mha": (of(meta(ElementType=None)), "unreadable: no MetaImage, or truncated in its header"),
    "without ElementDataFile.mha": (of(meta(ElementDataFile="")), "unreadable: no MetaImage, or truncated in its header"),
    "of a type that is none.mha": (
        of(meta(ElementType="MET_QUATERNION")),
        "has the ElementType MET_QUATERNION, which MetaImage does not have; save it anew",
    ),
    "of negative size.mha": (of(meta(DimSize="8 -9 4")), "has the DimSize 8 -9 4 of NDims 3; save it anew"),
    "of no size.mha": (of(meta(DimSize="8 0 4")), "has the shape (8, 0, 4), without a voxel"),
    "of fewer sizes.mha": (of(meta(DimSize="8 9")), "has the DimSize 8 9 of NDims 3; save it anew"),
    "of words for sizes.mha": (of(meta(DimSize="a b c")), "has the DimSize a b c of NDims 3; save it anew"),
    "of words for dimensions.mha": (of(meta(NDims="three")), "has the DimSize 8 9 4 of NDims three; save it anew"),
    "larger than memory.mha": (of(meta(DimSize="32000 32000 32000")), "truncated file: it ends before its voxels do"),
    "with more voxels.mha": (of(meta(bytes(8 * 9 * 8))), "holds 576 bytes of voxels, where its fields say 288; save it anew"),
    "without its voxels.mhd": (
        of(meta(b"", ElementDataFile="elsewhere.raw")),
        "its voxels lie in elsewhere.raw, which is not beside it; fetch it",
    ),
    "without a slice.mhd": (
        of(meta(b"", ElementDataFile="slice%02d.raw 1 4 1")),
        "its voxels lie in slice01.raw, which is not beside it; fetch it",
    ),
    "of fewer slices.mhd": (
        of(meta(b"", ElementDataFile="slice%02d.raw 1 3 1")),
        "names 3 files of voxels for 4 slices; save it anew",
    ),
    "of no slices.mhd": (of(meta(b"", ElementDataFile="LIST")), "names 0 files of voxels for 4 slices; save it anew"),
    "of a pattern that is none.mhd": (
        of(meta(b"", ElementDataFile="slice%q.raw 1 4 1")),
        "has the ElementDataFile slice%q.raw, which names no files; save it anew",
    ),
    "of fewer spacings.mha": (of(meta(ElementSpacing="1 1")), "has the elementspacing 1 1 of NDims 3; save it anew"),
    "of a header beside its voxels.mha": (of(meta(HeaderSize=9)), "has a HeaderSize, but its voxels follow in the same file"),
    "of a header of words.mha": (of(meta(HeaderSize="long")), "has the HeaderSize long, not a number of bytes; save it anew"),
    "packed without a size.mha": (
        of(meta(zlib.compress(bytes(288)), CompressedData="True")),
        "has packed voxels without a CompressedDataSize, which ITK cannot read; save it anew",
    ),
    "packed and broken.mha": (
        of(
            meta(
                flipped(zlib.compress(bytes(range(256)) + bytes(32)), 30),
                CompressedData="True",
                CompressedDataSize=len(zlib.compress(bytes(range(256)) + bytes(32))),
            )
        ),
        "its packed voxels are broken; save it anew",
    ),
    "packed and cut.mha": (
        of(meta(zlib.compress(bytes(288))[:5], CompressedData="True", CompressedDataSize=20)),
        "truncated file: it ends before its voxels do",
    ),
    "of nan.mha": (of(meta(with_nan((8, 9, 4)).tobytes(), ElementType="MET_FLOAT")), "holds NaN or infinite values"),
    "of five axes.mha": (
        of(meta(bytes(288), NDims=5, DimSize="2 2 2 4 9")),
        "has 5 axes; a volume has (X, Y, Z) or (X, Y, Z, C)",
    ),
}
