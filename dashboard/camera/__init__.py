"""Cameras: a wing with its own door. RTSP in, WebRTC out, stills on the side; nothing is transcoded on the way."""
