"""What every answer of the API has in common, added to its OpenAPI description."""

ERRORS = {
    "304": "Niet veranderd sinds het antwoord met deze ETag.",
    "400": "Een filter is niet begrepen; het antwoord zegt welk en waarom.",
    "404": "Bestaat niet.",
    "429": "Te veel vragen; probeer het over een minuut weer.",
}


def document_errors(result, generator, request, public):
    """drf-spectacular's hook: each operation also names the errors it can give."""
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, text in ERRORS.items():
                answer = {"description": text}
                if status != "304":
                    answer["content"] = {"application/json": {"schema": {"type": "object"}}}
                operation["responses"].setdefault(status, answer)
    return result
