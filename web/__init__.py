"""The shell that hangs it all on the net: settings, addresses, dress, commands."""
