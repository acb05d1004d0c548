using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Sida.Web.Access;
using Sida.Web.Api.OpenAi;
using Sida.Web.Export;
using Sida.Web.Pictures;
using Sida.Web.Review;
using Sida.Web.Sharing;
using Sida.Web.Work;

namespace Sida.Web.Api;

/// <summary>The HTTP API for programs, its limits and its description.</summary>
internal static class ApiHosting
{
    public const string DocumentAddress = "/openapi.json";
    public const string ReferenceAddress = "/reference";

    /// <summary>The name that the framework gives to the only document.</summary>
    private const string DocumentName = "v1";

    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<OrderReader>();
        builder.Services.AddSingleton<OrderForm>();
        builder.Services.AddSingleton<ChatOrder>();
        builder.Services.AddSingleton<ShareService>();
        builder.Services.AddSingleton<ExportService>();
        // A request that can't be read is told why, by the same problem documents as everything else.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json => WebJson.Configure(json.SerializerOptions));
        builder.Services.AddOpenApi(openApi => openApi.AddDocumentTransformer<ApiDescription>());
    }

    public static void MapApi(this WebApplication app)
    {
        long maxUpload = app.Services.GetRequiredService<IOptions<UploadOptions>>().Value.MaxBytes;
        RouteGroupBuilder api = app.MapGroup("/api").WithMetadata(new CountedCall());
        PictureRoutes.Map(api, maxUpload);
        AnalysisRoutes.Map(api, maxUpload);
        ConversationRoutes.Map(api);
        ShareRoutes.Map(api);
        ModelRoutes.Map(api);
        ReviewHosting.MapReview(api, maxUpload);
        ReviewToolsHosting.MapReviewTools(api, app.Services);
        OpenAiRoutes.Map(app, maxUpload);
        ShareRoutes.MapOpen(app);
        app.MapOpenApi(DocumentAddress).AllowAnonymous();
        app.MapGet(ReferenceAddress, ReferenceAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<ContentHttpResult> ReferenceAsync([FromKeyedServices(DocumentName)] IOpenApiDocumentProvider provider, CancellationToken cancellation) =>
        TypedResults.Content(ReferencePage.Write(await provider.GetOpenApiDocumentAsync(cancellation)), "text/html; charset=utf-8");
}
