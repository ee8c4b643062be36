"""Reads a layer of an OGC API by GDAL's driver OAPIF, as pyogrio brings it along, and prints what came as JSON.

Arguments: SOURCE LAYER CRS WEST,SOUTH,EAST,NORTH WHERE
"""

import json
import struct
import sys

import pyogrio

source, layer, crs, bbox, where = sys.argv[1:]
meta, _, shapes, columns = pyogrio.raw.read(
    source, layer=layer, CRS=crs, bbox=tuple(map(float, bbox.split(","))), where=where
)
names = list(meta["fields"])
point = struct.Struct("<xIdd")  # well-known binary, little-endian: order, kind, x, y
places = [point.unpack_from(shape)[1:] for shape in shapes]
print(
    json.dumps(
        {
            "gdal": pyogrio.__gdal_version_string__,
            "crs": meta["crs"],
            "fields": dict(zip(names, meta["ogr_types"])),
            "features": [[id, *place] for id, place in zip(columns[names.index("id")], places)],
        }
    )
)
