using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Sida.Web.Access;
using Sida.Web.Api.OpenAi;
using Sida.Web.Export;
using Sida.Web.Pictures;
using Sida.Web.Sharing;
using Sida.Web.Work;

namespace Sida.Web.Api;

/// <summary>The HTTP API for programs, its limits and its description.</summary>
internal static class ApiHosting
{
    public const string RateLimit = "api";
    public const string DocumentAddress = "/openapi.json";

    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<OrderReader>();
        builder.Services.AddSingleton<OrderForm>();
        builder.Services.AddSingleton<ChatOrder>();
        builder.Services.AddSingleton<ShareService>();
        builder.Services.AddSingleton<ExportService>();
        builder.Services.ConfigureHttpJsonOptions(json => WebJson.Configure(json.SerializerOptions));
        builder.Services.AddOpenApi(openApi => openApi.AddDocumentTransformer<ApiDescription>());
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = RejectAsync;
            limiter.AddPolicy(RateLimit, Partition);
        });
    }

    public static void MapApi(this WebApplication app)
    {
        long maxUpload = app.Services.GetRequiredService<IOptions<UploadOptions>>().Value.MaxBytes;
        RouteGroupBuilder api = app.MapGroup("/api").RequireRateLimiting(RateLimit);
        PictureRoutes.Map(api, maxUpload);
        AnalysisRoutes.Map(api, maxUpload);
        ConversationRoutes.Map(api);
        ShareRoutes.Map(api);
        ModelRoutes.Map(api);
        OpenAiRoutes.Map(app, maxUpload);
        ShareRoutes.MapOpen(app);
        app.MapOpenApi(DocumentAddress).AllowAnonymous();
    }

    /// <summary>A bucket for each key or browser: a minute's requests at once, refilled steadily.</summary>
    private static RateLimitPartition<string> Partition(HttpContext context)
    {
        Caller? caller = context.User.FindCaller();
        string name = caller?.ApiKeyId?.ToString() ?? caller?.OwnerId.ToString() ?? "";
        int perMinute = context.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value.RequestsPerMinute;
        return RateLimitPartition.GetTokenBucketLimiter(name, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = Math.Max(1, perMinute / 60),
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
    }

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellation)
    {
        HttpContext context = rejected.HttpContext;
        context.Response.Headers.RetryAfter = "1";
        await context.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = Hosting.Problems.Of(new LimitException("Too many requests in this minute (Sida:Access:RequestsPerMinute). Wait a second and go on more slowly.")),
        });
    }
}
