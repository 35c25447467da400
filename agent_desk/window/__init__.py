"""The frame: header, rail, pages, side column and status line. It assembles views and knows none of them."""
