"""Pictures, read by OCR."""
