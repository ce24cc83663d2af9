"""Office documents and books: Word, PowerPoint, spreadsheets, OpenDocument, RTF, EPUB."""
