"""The evaluation room: a labelled collection to figures of quality and speed."""
