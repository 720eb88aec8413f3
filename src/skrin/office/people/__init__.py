"""Who may log in: a person is global, a membership says where and as what."""
