using Sida.Web.Hosting;

namespace Sida.Web.Models;

/// <summary>The installed models.</summary>
internal static class ModelsHosting
{
    public static void AddModels(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<ModelOptions>(ModelOptions.Section);
        builder.Services.AddSingleton<ModelFolders>();
        builder.Services.AddSingleton<IAnalyzerLoader, EngineLoader>();
        builder.Services.AddSingleton<ModelHost>();
        builder.Services.AddHostedService<StandIn>();
        builder.Services.AddHostedService<WarmUp>();
        builder.Services.AddHealthChecks().AddCheck<ModelHealth>("model", tags: [HealthRoutes.Ready]);
    }
}
