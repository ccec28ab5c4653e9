"""MIB modules of a vendor that does not exist, as vendors write them."""

ROOT = """
PLANT-SMI DEFINITIONS ::= BEGIN
IMPORTS enterprises FROM SNMPv2-SMI
        TEXTUAL-CONVENTION FROM SNMPv2-TC;

plant   OBJECT IDENTIFIER ::= { enterprises 99999 }

PlantState ::= TEXTUAL-CONVENTION
    STATUS      current
    DESCRIPTION "How a part of the plant is."
    SYNTAX      INTEGER { running(1), failed(2) }

PlantFlags ::= TEXTUAL-CONVENTION
    STATUS      current
    DESCRIPTION "What else."
    SYNTAX      BITS { hot(0), loud(1), wet(2) }
END
"""

PUMP = """
-- A pump. ----- and a comment that ends in dashes ---
PUMP-MIB { iso org(3) dod(6) internet(1) private(4) enterprises(1) 99999 1 } DEFINITIONS ::= BEGIN
IMPORTS
    MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, Integer32
        FROM SNMPv2-SMI
    MacAddress, DateAndTime
        FROM SNMPv2-TC
    plant, PlantState, PlantFlags
        FROM PLANT-SMI;

pumpMIB MODULE-IDENTITY
    LAST-UPDATED "202601010000Z"
    ORGANIZATION "Plant"
    CONTACT-INFO "plant@example.org"
    DESCRIPTION  "Pumps; \xe9 and ::= in a text."
    REVISION     "202601010000Z"
    DESCRIPTION  "The first."
    ::= { plant 1 }

pumpTable OBJECT-TYPE
    SYNTAX     SEQUENCE OF PumpEntry
    MAX-ACCESS not-accessible
    STATUS     current
    DESCRIPTION "All pumps."
    ::= { pumpMIB 1 }

pumpEntry OBJECT-TYPE
    SYNTAX     PumpEntry
    MAX-ACCESS not-accessible
    STATUS     current
    DESCRIPTION "One pump."
    INDEX      { pumpNumber }
    ::= { pumpTable 1 }

PumpEntry ::= SEQUENCE { pumpNumber Integer32, pumpState PlantState }

pumpState OBJECT-TYPE
    SYNTAX     PlantState
    MAX-ACCESS read-only
    STATUS     current
    DESCRIPTION "How it is."
    DEFVAL     { running }
    ::= { pumpEntry 2 }

pumpAddress OBJECT-TYPE SYNTAX MacAddress MAX-ACCESS read-only STATUS current
    DESCRIPTION "Its address." ::= { pumpEntry 3 }
pumpBuilt OBJECT-TYPE SYNTAX DateAndTime MAX-ACCESS read-only STATUS current
    DESCRIPTION "Its age." ::= { pumpEntry 4 }
pumpFlags OBJECT-TYPE SYNTAX PlantFlags MAX-ACCESS read-only STATUS current
    DESCRIPTION "What else." ::= { pumpEntry 5 }
pumpPressure OBJECT-TYPE SYNTAX Bars (0..100000) UNITS "bar" MAX-ACCESS read-only STATUS current
    DESCRIPTION "In bar." ::= { pumpEntry 6 }

Bars ::= TEXTUAL-CONVENTION
    DISPLAY-HINT "d-2"
    STATUS       current
    DESCRIPTION  "Hundredths of a bar."
    SYNTAX       Integer32

pumpStopped NOTIFICATION-TYPE
    OBJECTS     { pumpState }
    STATUS      current
    DESCRIPTION "A pump has
                 stopped."
    ::= { pumpMIB 0 7 }
END
"""

OLD = """
OLD-PUMP-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises FROM RFC1155-SMI
        OBJECT-TYPE FROM RFC-1212
        TRAP-TYPE   FROM RFC-1215
        snmp        FROM RFC1213-MIB;
oldPump OBJECT IDENTIFIER ::= { enterprises 99998 }
oldLeak TRAP-TYPE
    ENTERPRISE  oldPump
    DESCRIPTION "It leaks."
    ::= 4
oldStart TRAP-TYPE ENTERPRISE snmp DESCRIPTION "It starts." ::= 0
END
"""
PUMP_STATE = "1.3.6.1.4.1.99999.1.1.1.2"
PUMP_STOPPED = "1.3.6.1.4.1.99999.1.0.7"
