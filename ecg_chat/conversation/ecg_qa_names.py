"""What ECG-QA calls PTB-XL's codes and columns (Oh et al. 2023, version 1.0.2, CC BY 4.0)."""

from __future__ import annotations

from collections.abc import Mapping

SUPERCLASS_NAMES: Mapping[str, str] = {
    "CD": "conduction disturbance", "HYP": "hypertrophy", "MI": "myocardial infarction", "STTC": "st/t change",
}  # fmt: skip
DIAGNOSTIC_NAMES: Mapping[str, str] = {
    "CLBBB": "complete left bundle branch block", "CRBBB": "complete right bundle branch block",
    "DIG": "digitalis effect", "1AVB": "first degree av block", "ILBBB": "incomplete left bundle branch block",
    "IRBBB": "incomplete right bundle branch block", "ISCAN": "ischemic in anterior leads",
    "ISCAL": "ischemic in anterolateral leads", "ISCAS": "ischemic in anteroseptal leads",
    "ISCIN": "ischemic in inferior leads", "ISCIL": "ischemic in inferolateral leads",
    "ISCLA": "ischemic in lateral leads", "LAFB": "left anterior fascicular block",
    "LAO/LAE": "left atrial overload/enlargement", "LPFB": "left posterior fascicular block",
    "LVH": "left ventricular hypertrophy", "LNGQT": "long qt-interval",
    "AMI": "myocardial infarction in anterior leads", "ALMI": "myocardial infarction in anterolateral leads",
    "ASMI": "myocardial infarction in anteroseptal leads", "IMI": "myocardial infarction in inferior leads",
    "ILMI": "myocardial infarction in inferolateral leads", "IPMI": "myocardial infarction in inferoposterior leads",
    "IPLMI": "myocardial infarction in inferoposterolateral leads", "LMI": "myocardial infarction in lateral leads",
    "PMI": "myocardial infarction in posterior leads", "NDT": "non-diagnostic t abnormalities",
    "IVCD": "non-specific intraventricular conduction disturbance (block)", "ISC_": "non-specific ischemic",
    "NST_": "non-specific st changes", "RAO/RAE": "right atrial overload/enlargement",
    "INJAL": "subendocardial injury in anterolateral leads", "INJAS": "subendocardial injury in anteroseptal leads",
    "INJIN": "subendocardial injury in inferior leads", "INJIL": "subendocardial injury in inferolateral leads",
    "INJLA": "subendocardial injury in lateral leads",
}  # fmt: skip
FORM_NAMES: Mapping[str, str] = {
    "ABQRS": "abnormal qrs", "PAC": "atrial premature complex", "DIG": "digitalis effect",
    "HVOLT": "high qrs voltage", "INVT": "inverted t-waves", "LNGQT": "long qt-interval",
    "LOWT": "low amplitude t-wave", "LVOLT": "low qrs voltages in the frontal and horizontal leads",
    "NDT": "non-diagnostic t abnormalities", "NST_": "non-specific st changes", "STD_": "non-specific st depression",
    "STE_": "non-specific st elevation", "NT_": "non-specific t-wave changes", "LPR": "prolonged pr interval",
    "QWAVE": "q waves present", "TAB_": "t-wave abnormality", "PVC": "ventricular premature complex",
    "VCLVH": "voltage criteria (qrs) for left ventricular hypertrophy",
}  # fmt: skip
RHYTHM_NAMES: Mapping[str, str] = {
    "AFIB": "atrial fibrillation", "AFLT": "atrial flutter",
    "BIGU": "bigeminal pattern (unknown origin, supraventricular, or ventricular)",
    "PACE": "normal functioning artificial pacemaker", "SARRH": "sinus arrhythmia", "SBRAD": "sinus bradycardia",
    "SR": "sinus rhythm", "STACH": "sinus tachycardia", "SVTAC": "supraventricular tachycardia",
}  # fmt: skip
AXIS_NAMES: Mapping[str, str] = {
    "extreme axis": "extreme axis deviation", "left axis": "left axis deviation", "normal axis": "normal heart axis",
    "right axis": "right axis deviation",
}  # fmt: skip
STAGE_NAMES: Mapping[str, str] = {
    "early infarction": "early stage of myocardial infarction",
    "middle infarction": "middle stage of myocardial infarction",
    "old infarction": "old stage of myocardial infarction",
    "infarction of unknown stage": "unknown stage of myocardial infarction",
}  # fmt: skip
NO_STAGE = "none of myocardial infarction"
NOISE_NAMES: Mapping[str, str] = {
    "baseline_drift": "baseline drift", "static_noise": "static noise", "burst_noise": "burst noise",
    "electrodes_problems": "electrodes problems",
}  # fmt: skip
EXTRA_SYSTOLE_NAMES = ("extrasystoles", "supraventricular extrasystoles", "ventricular extrasystoles")
