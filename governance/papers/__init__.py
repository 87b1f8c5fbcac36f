"""Papers that an officer signs or hands over, written from what is set now. In French: their readers are the CNIL,
staff representatives, archives and courts.
"""
