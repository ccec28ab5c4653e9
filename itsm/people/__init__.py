"""People: persons, teams, sites, departments, roles, logins and API tokens."""
