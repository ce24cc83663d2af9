"""Text with little markup: plain text, source code, subtitles, notebooks."""
