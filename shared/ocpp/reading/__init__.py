"""What the tolerant reader is made of: times, kinds of fields, and the table of 1.6's messages from stations.

Standard library only and cheap to import, since every function of a station's action needs it. `shared.ocpp.reader`
is the way in.
"""
