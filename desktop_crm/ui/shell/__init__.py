"""The frame around all pages: window, navigation, search palette, sync pill, status line, start screens. Nothing of a feature."""
