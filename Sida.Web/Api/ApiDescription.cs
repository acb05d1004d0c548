using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Sida.Web.Api;

/// <summary>Completes the OpenAPI document with what the routes don't say: what this is, and how to sign requests.</summary>
internal sealed class ApiDescription : IOpenApiDocumentTransformer
{
    private const string KeyScheme = "apiKey";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Sida",
            Version = "1",
            Description = "Is a picture real, fully synthetic or tampered, where, and why? Errors are problem documents (RFC 9457) with a type urn:sida:problem:KIND.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [KeyScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key: Authorization: Bearer sida_..." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }];
        // The address that the reader used, not the one that the server listens at.
        document.Servers = [];
        return Task.CompletedTask;
    }
}
