using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Sida.Web.Hosting;

namespace Sida.Web.Data;

/// <summary>The database and the folders, for everybody who stores something.</summary>
internal static class DataHosting
{
    public static void AddData(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<DatabaseOptions>(DatabaseOptions.Section);
        builder.Services.AddSettings<StorageOptions>(StorageOptions.Section);
        builder.Services.AddSingleton<DataFolder>();
        builder.Services.AddSingleton<DatabaseConnection>();
        builder.Services.AddHostedService<DatabaseStart>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: [HealthRoutes.Ready]);

        // Cookies stay valid over restarts: their keys lie in the data folder, which only the server's user can read.
        builder.Services.AddDataProtection().SetApplicationName("sida");
        builder.Services.AddOptions<KeyManagementOptions>()
            .Configure<DataFolder, ILoggerFactory>((keys, folder, logs) => keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(folder.Keys), logs));
    }
}
