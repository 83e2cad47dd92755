"use strict";
window.addEventListener("DOMContentLoaded", () => {
  window.SwaggerUIBundle({
    url: "/api/v1/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    docExpansion: "list",
    validatorUrl: null, // else it would ask a host on the internet
    persistAuthorization: false,
    presets: [window.SwaggerUIBundle.presets.apis],
  });
});
