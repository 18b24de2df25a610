"""Workbooks that units hand in: brought, read, confirmed, approved. `deeds` is what people do with them, `folder` the watched one."""
