"""What people do to documents under control: submit, sign, bring into effect, confirm. Imports no model here."""
