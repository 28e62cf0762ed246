"""Pictures of any problem as plain data, before any format."""

from bp_tutor.render.scene.scene import VALUES, scene_of
from bp_tutor.render.scene.shapes import Area, Box, Label, Scene, Shape, Wire

__all__ = ["VALUES", "Area", "Box", "Label", "Scene", "Shape", "Wire", "scene_of"]
