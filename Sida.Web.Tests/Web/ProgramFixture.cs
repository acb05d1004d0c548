using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Sida.Web.Access;
using Sida.Web.Access.Keys;
using Sida.Web.Pictures;

namespace Sida.Web.Tests.Web;

/// <summary>A server on a real socket, and somebody's program with a key.</summary>
public sealed class ProgramFixture : IAsyncLifetime
{
    public SidaServer Server { get; } = new();

    public Uri Address { get; private set; } = null!;

    public Caller Owner { get; } = new(Guid.CreateVersion7(), Permissions.All);

    internal NewApiKey Key { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>The picture as a file, for clients that read one.</summary>
    public string PictureFile { get; private set; } = "";

    /// <summary>The picture, uploaded.</summary>
    public Guid PictureId { get; private set; }

    public async ValueTask InitializeAsync()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Address = Server.Listen();
        Key = await Server.Services.GetRequiredService<ApiKeyService>()
            .CreateAsync(Owner, "program", Permissions.Read | Permissions.Analyze | Permissions.Manage, null, cancellation);
        Http = new HttpClient { BaseAddress = Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Key.Secret) } };
        PictureFile = Path.Combine(Server.Folder, "picture.png");
        await File.WriteAllBytesAsync(PictureFile, SidaUser.Picture(), cancellation);
        PictureId = (await Server.Services.GetRequiredService<PictureService>().AddAsync(Owner, new MemoryStream(SidaUser.Picture()), "picture.png", cancellation)).Id;
    }

    public ValueTask DisposeAsync()
    {
        Http.Dispose();
        Server.Dispose();
        return ValueTask.CompletedTask;
    }
}
