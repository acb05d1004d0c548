using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Sida.Web.Access;
using Sida.Web.Components.Shared;
using Sida.Web.Pictures;

namespace Sida.Web.Components.Chat;

/// <summary>The picture that goes with the next question: picked, dropped, pasted or fetched. Its bytes travel by HTTP, never through the circuit.</summary>
internal sealed class PictureDrop(ChatSession session, CallerProvider callers, PictureService pictures, IJSRuntime script) : IAsyncDisposable
{
    private DotNetObjectReference<PictureDrop>? _self;
    private IJSObjectReference? _listener;

    public event Action? Changed;

    /// <summary>The picture, when it has arrived.</summary>
    public PictureView? Picture { get; private set; }

    /// <summary>How much of it has arrived, 0..1; null when none is on its way.</summary>
    public double? Progress { get; private set; }

    /// <summary>Makes an element and the page's clipboard take pictures.</summary>
    public async Task AttachAsync(ElementReference element)
    {
        _self = DotNetObjectReference.Create(this);
        IJSObjectReference module = await script.InvokeAsync<IJSObjectReference>("import", session.Leaving, "./js/upload.js");
        _listener = await module.InvokeAsync<IJSObjectReference>("attach", session.Leaving, element, _self);
    }

    /// <summary>Fetches a picture by its address.</summary>
    public Task FetchAsync(string url) => session.TryAsync(async () =>
    {
        try
        {
            Set(null, 0);
            Set(await pictures.AddFromUrlAsync(await callers.GetAsync(), url.Trim(), session.Leaving), null);
        }
        finally
        {
            Set(Picture, null);
        }
    });

    /// <summary>Takes a picture that is on the server already.</summary>
    public void Show(PictureView picture) => Set(picture, null);

    /// <summary>Takes the picture away again.</summary>
    public void Clear() => Set(null, null);

    [JSInvokable]
    public void UploadStarted()
    {
        Set(null, 0);
        session.Show(null);
    }

    [JSInvokable]
    public void UploadProgressed(double part) => Set(null, Math.Clamp(part, 0, 1));

    [JSInvokable]
    public Task Uploaded(Guid id) => session.TryAsync(async () => Set(await pictures.GetAsync(await callers.GetAsync(), id, session.Leaving), null));

    [JSInvokable]
    public void UploadFailed(string message)
    {
        Set(null, null);
        session.Show(message);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.LetGoAsync();
        _self?.Dispose();
    }

    private void Set(PictureView? picture, double? progress)
    {
        (Picture, Progress) = (picture, progress);
        Changed?.Invoke();
    }
}
