using Sida.Web.Hosting;

namespace Sida.Web.Work;

/// <summary>The server's own work: analyses in the background.</summary>
internal static class WorkHosting
{
    public static void AddWork(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<WorkOptions>(WorkOptions.Section);
        builder.Services.AddSingleton<AnalysisQueue>();
        builder.Services.AddSingleton<WorkMetrics>();
        builder.Services.AddSingleton<AnalysisWorker>();
        builder.Services.AddSingleton<AnalysisService>();
        builder.Services.AddHostedService<WorkLifecycle>();
    }
}
