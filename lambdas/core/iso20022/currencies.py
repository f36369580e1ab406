"""Active currencies and how many decimals each has.

Source: ISO 4217, list one (SIX Financial Information), published 2026-01-01.
"""


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WITHOUT_DECIMALS = _codes(
    """
    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
    """
)

_TWO_DECIMALS = _codes(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
    CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
    RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
    USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
    """
)

_THREE_DECIMALS = _codes(
    """
    BHD IQD JOD KWD LYD OMR TND
    """
)

_FOUR_DECIMALS = _codes(
    """
    CLF UYW
    """
)

# Metals, bond market units, the SDR, test and no-currency codes: ISO 4217 gives them no minor unit, and nobody keeps an
# account in them.
UNITS_OF_ACCOUNT = _codes(
    """
    XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX
    """
)

CURRENCY_DECIMALS = {
    code: decimals
    for decimals, codes in (
        (0, _WITHOUT_DECIMALS),
        (2, _TWO_DECIMALS),
        (3, _THREE_DECIMALS),
        (4, _FOUR_DECIMALS),
    )
    for code in codes
}
