"""The national systems in a box, for demonstrations and tests. So far: RTSP cameras with drawn scenes."""
