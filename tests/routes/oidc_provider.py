"""An OpenID Connect provider on a loopback port, made of Authlib's own server: discovery, PKCE, signed tokens, JWKS."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.models import ClientMixin
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from authlib.oidc.core.models import AuthorizationCodeMixin
from flask import Flask, Response, jsonify
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "antrean", "a secret of the client"


@dataclass
class Client(ClientMixin):  # type: ignore[misc] # authlib ships no types
    redirect_uris: list[str] = field(default_factory=list)

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == "http://localhost/signin/oidc/back"

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return endpoint != "token" or method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc] # likewise
    code: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    user: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> str:
        return ""

    def get_amr(self) -> list[str]:
        return []


class Provider:
    """``user``: who is signed in there. ``lies``: claims that a broken or hostile provider would put in a token."""

    def __init__(self) -> None:
        self.user = "petugas1"
        self.lies: dict[str, Any] = {}
        self.key = RSAKey.generate_key(2048, auto_kid=True)
        self.signing_key = self.key
        self.codes: dict[str, Code] = {}
        app = Flask("provider")
        self._register(app)
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _register(self, app: Flask) -> None:
        provider, client = self, Client()

        class Grant(AuthorizationCodeGrant):  # type: ignore[misc] # likewise
            def save_authorization_code(self, code: str, request: Any) -> None:
                sent = request.payload
                provider.codes[code] = Code(
                    code,
                    sent.redirect_uri,
                    sent.scope,
                    sent.data["nonce"],
                    sent.data["code_challenge"],
                    sent.data["code_challenge_method"],
                    request.user,
                )

            def query_authorization_code(self, code: str, _client: Any) -> Code | None:
                return provider.codes.get(code)

            def delete_authorization_code(self, code: Code) -> None:
                del provider.codes[code.code]

            def authenticate_user(self, code: Code) -> str:
                return code.user

        class OpenId(OpenIDCode):  # type: ignore[misc] # likewise
            def exists_nonce(self, _nonce: str, _request: Any) -> bool:
                return False

            def resolve_client_private_key(self, _client: Any) -> RSAKey:
                return provider.signing_key

            def get_client_algorithm(self, _client: Any) -> str:
                return "RS256"

            def get_encode_header(self, _client: Any) -> dict[str, Any]:
                return {"alg": "RS256", "kid": provider.key.kid}

            def get_client_claims(self, _client: Any) -> dict[str, Any]:
                return {"iss": provider.issuer, "aud": [CLIENT_ID], "exp": int(time.time()) + 300}

            def generate_user_info(self, user: str, _scope: str) -> dict[str, Any]:
                return {"sub": f"id-of-{user}", "preferred_username": user, **provider.lies}

        server = AuthorizationServer(app, query_client=lambda _id: client, save_token=lambda *_: None)
        server.register_grant(Grant, [OpenId(require_nonce=True), CodeChallenge(required=True)])

        @app.get("/.well-known/openid-configuration")
        def discovery() -> Response:
            return jsonify(
                issuer=self.issuer,
                authorization_endpoint=f"{self.issuer}/authorize",
                token_endpoint=f"{self.issuer}/token",
                jwks_uri=f"{self.issuer}/jwks",
                id_token_signing_alg_values_supported=["RS256"],
            )

        @app.get("/jwks")
        def jwks() -> Response:
            return jsonify(KeySet([self.key]).as_dict(private=False))

        @app.get("/authorize")
        def authorize() -> Any:
            grant = server.get_consent_grant(end_user=self.user)
            return server.create_authorization_response(grant_user=self.user, grant=grant)

        @app.post("/token")
        def token() -> Any:
            return server.create_token_response()
