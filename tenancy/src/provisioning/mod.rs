//! Making a tenant: role, database, schema, settings, administrator, in steps that can be taken again.
