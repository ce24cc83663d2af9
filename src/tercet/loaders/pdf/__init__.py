"""PDF by pdfium: text by page, tables, headings, scans."""
