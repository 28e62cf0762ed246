"""Pictures of any problem as plain data, before any format.

A scene is boxes, wires and labels with their places: units of a network, a graph, grids of images
and matrices, a network through time. Every part says by its key which number it stands for, so that
a page can bring it out or change it. Labels are measured against each other, wires and boxes.
"""

from bp_tutor.pictures.board import PHONE, WIDE, Room
from bp_tutor.pictures.scene import VALUES, scene_of
from bp_tutor.pictures.shapes import Area, Box, Label, Scene, Shape, Wire

__all__ = [
    "PHONE",
    "VALUES",
    "WIDE",
    "Area",
    "Box",
    "Label",
    "Room",
    "Scene",
    "Shape",
    "Wire",
    "scene_of",
]
