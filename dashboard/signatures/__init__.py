"""Signatures verified, not believed: on envelopes (XML-DSig) and in attached PDFs (PAdES), against a list of whom to trust.

Pure but for the worker: bytes, an instant and a list go in, findings come out. Nothing here asks a network.
"""
