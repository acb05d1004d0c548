namespace Sida.Web.Pictures;

/// <summary>A picture that is being fetched.</summary>
/// <param name="Body">The bytes; reading fails when the time is over.</param>
/// <param name="FileName">The last part of the address.</param>
/// <param name="Response">The connection.</param>
/// <param name="Time">The clock that runs.</param>
internal sealed record FetchedPicture(Stream Body, string FileName, HttpResponseMessage Response, CancellationTokenSource Time) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Body.DisposeAsync();
        Response.Dispose();
        Time.Dispose();
    }
}
