using Microsoft.JSInterop;

namespace Sida.Web.Components.Shared;

/// <summary>Objects of scripts that a component holds on to.</summary>
internal static class BrowserObjects
{
    /// <summary>Lets go of an object: its <c>dispose()</c> takes its listeners away. When the browser is gone, so are they.</summary>
    public static async ValueTask LetGoAsync(this IJSObjectReference? held)
    {
        if (held is null)
        {
            return;
        }

        try
        {
            await held.InvokeVoidAsync("dispose");
            await held.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // Nothing is left to take away.
        }
    }
}
