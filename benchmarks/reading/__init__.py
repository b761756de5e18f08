"""How fast pages are read, beside bare Tesseract and OCRmyPDF."""
