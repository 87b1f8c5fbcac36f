"""The demonstration diarization model: a segmentation, an embedding, and a folder that pyannote.audio loads."""
