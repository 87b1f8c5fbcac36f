"""Names that other products wrote down: in subtitles, and in lists of those who came. Pure: text in, names out."""
