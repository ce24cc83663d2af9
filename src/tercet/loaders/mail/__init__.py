"""Mails and mailboxes, their attachments as members."""
