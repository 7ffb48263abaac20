"""The editor of fault guides in the admin: what they name, their chart and the findings beside their nodes."""
