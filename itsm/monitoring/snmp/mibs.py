"""Names from SNMPv2-MIB (RFC 3418), IF-MIB (2863), ENTITY-MIB (6933) and UPS-MIB (1628)."""


def _under(root: str, names: dict[str, str]) -> dict[str, str]:
    return {f"{root}.{rest}": name for rest, name in names.items()}


NAMES = (
    _under(
        "1.3.6.1.6.3.1.1.5",
        {
            "1": "coldStart",
            "2": "warmStart",
            "3": "linkDown",
            "4": "linkUp",
            "5": "authenticationFailure",
            "6": "egpNeighborLoss",
        },
    )
    | _under(
        "1.3.6.1.6.3",
        {
            "1.1.4.1": "snmpTrapOID",
            "1.1.4.3": "snmpTrapEnterprise",
            "18.1.3": "snmpTrapAddress",
            "18.1.4": "snmpTrapCommunity",
        },
    )
    | _under(
        "1.3.6.1.2.1.1",
        {
            "1": "sysDescr",
            "2": "sysObjectID",
            "3": "sysUpTime",
            "4": "sysContact",
            "5": "sysName",
            "6": "sysLocation",
            "7": "sysServices",
        },
    )
    | {"1.3.6.1.2.1.2.1": "ifNumber"}
    | _under(
        "1.3.6.1.2.1.2.2.1",
        {
            "1": "ifIndex",
            "2": "ifDescr",
            "3": "ifType",
            "4": "ifMtu",
            "5": "ifSpeed",
            "6": "ifPhysAddress",
            "7": "ifAdminStatus",
            "8": "ifOperStatus",
            "9": "ifLastChange",
            "10": "ifInOctets",
            "11": "ifInUcastPkts",
            "13": "ifInDiscards",
            "14": "ifInErrors",
            "16": "ifOutOctets",
            "17": "ifOutUcastPkts",
            "19": "ifOutDiscards",
            "20": "ifOutErrors",
        },
    )
    | _under(
        "1.3.6.1.2.1.31.1.1.1",
        {
            "1": "ifName",
            "6": "ifHCInOctets",
            "10": "ifHCOutOctets",
            "14": "ifLinkUpDownTrapEnable",
            "15": "ifHighSpeed",
            "16": "ifPromiscuousMode",
            "17": "ifConnectorPresent",
            "18": "ifAlias",
        },
    )
    | {"1.3.6.1.2.1.47.2.0.1": "entConfigChange"}
    | _under(
        "1.3.6.1.2.1.47.1.1.1.1",
        {
            "1": "entPhysicalIndex",
            "2": "entPhysicalDescr",
            "3": "entPhysicalVendorType",
            "4": "entPhysicalContainedIn",
            "5": "entPhysicalClass",
            "7": "entPhysicalName",
            "8": "entPhysicalHardwareRev",
            "9": "entPhysicalFirmwareRev",
            "10": "entPhysicalSoftwareRev",
            "11": "entPhysicalSerialNum",
            "12": "entPhysicalMfgName",
            "13": "entPhysicalModelName",
            "14": "entPhysicalAlias",
            "15": "entPhysicalAssetID",
            "17": "entPhysicalMfgDate",
        },
    )
    | _under(
        "1.3.6.1.2.1.33",
        {
            "2.1": "upsTrapOnBattery",
            "2.2": "upsTrapTestCompleted",
            "2.3": "upsTrapAlarmEntryAdded",
            "2.4": "upsTrapAlarmEntryRemoved",
            # A translated SNMPv1 trap of the same MIB has the extra zero.
            "2.0.1": "upsTrapOnBattery",
            "2.0.2": "upsTrapTestCompleted",
            "2.0.3": "upsTrapAlarmEntryAdded",
            "2.0.4": "upsTrapAlarmEntryRemoved",
            "1.1.1": "upsIdentManufacturer",
            "1.1.2": "upsIdentModel",
            "1.1.5": "upsIdentName",
            "1.2.1": "upsBatteryStatus",
            "1.2.2": "upsSecondsOnBattery",
            "1.2.3": "upsEstimatedMinutesRemaining",
            "1.2.4": "upsEstimatedChargeRemaining",
            "1.2.5": "upsBatteryVoltage",
            "1.2.7": "upsBatteryTemperature",
            "1.4.1": "upsOutputSource",
            "1.4.4.1.5": "upsOutputPercentLoad",
            "1.6.1": "upsAlarmsPresent",
            "1.6.2.1.1": "upsAlarmId",
            "1.6.2.1.2": "upsAlarmDescr",
            "1.6.2.1.3": "upsAlarmTime",
            "1.6.3.1": "upsAlarmBatteryBad",
            "1.6.3.2": "upsAlarmOnBattery",
            "1.6.3.3": "upsAlarmLowBattery",
            "1.6.3.4": "upsAlarmDepletedBattery",
            "1.6.3.5": "upsAlarmTempBad",
            "1.6.3.6": "upsAlarmInputBad",
            "1.6.3.7": "upsAlarmOutputBad",
            "1.6.3.8": "upsAlarmOutputOverload",
            "1.6.3.9": "upsAlarmOnBypass",
            "1.6.3.10": "upsAlarmBypassBad",
            "1.6.3.13": "upsAlarmChargerFailed",
            "1.6.3.16": "upsAlarmFanFailure",
            "1.6.3.17": "upsAlarmFuseFailure",
            "1.6.3.18": "upsAlarmGeneralFault",
            "1.6.3.19": "upsAlarmDiagnosticTestFailed",
            "1.6.3.20": "upsAlarmCommunicationsLost",
            "1.6.3.21": "upsAlarmAwaitingPower",
            "1.6.3.22": "upsAlarmShutdownPending",
            "1.6.3.23": "upsAlarmShutdownImminent",
            "1.6.3.24": "upsAlarmTestInProgress",
            "1.7.3": "upsTestResultsSummary",
            "1.7.4": "upsTestResultsDetail",
            "1.9.7": "upsConfigLowBattTime",
        },
    )
)

_STATUS = {
    1: "up",
    2: "down",
    3: "testing",
    4: "unknown",
    5: "dormant",
    6: "notPresent",
    7: "lowerLayerDown",
}

WORDS: dict[str, dict[int, str]] = {
    "ifAdminStatus": {1: "up", 2: "down", 3: "testing"},
    "ifOperStatus": _STATUS,
    "ifType": {6: "ethernetCsmacd", 24: "softwareLoopback", 53: "propVirtual", 131: "tunnel",
               135: "l2vlan", 161: "ieee8023adLag"},
    "ifLinkUpDownTrapEnable": {1: "enabled", 2: "disabled"},
    "entPhysicalClass": {1: "other", 2: "unknown", 3: "chassis", 4: "backplane", 5: "container",
                         6: "powerSupply", 7: "fan", 8: "sensor", 9: "module", 10: "port",
                         11: "stack", 12: "cpu", 13: "energyObject", 14: "battery",
                         15: "storageDrive"},
    "upsBatteryStatus": {1: "unknown", 2: "batteryNormal", 3: "batteryLow", 4: "batteryDepleted"},
    "upsOutputSource": {1: "other", 2: "none", 3: "normal", 4: "bypass", 5: "battery",
                        6: "booster", 7: "reducer"},
    "upsTestResultsSummary": {1: "donePass", 2: "doneWarning", 3: "doneError", 4: "aborted",
                              5: "inProgress", 6: "noTestsInitiated"},
}  # fmt: skip

MAC_OBJECTS = ("ifPhysAddress",)
DATE_OBJECTS = ("entPhysicalMfgDate",)
