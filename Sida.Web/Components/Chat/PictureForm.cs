using Microsoft.AspNetCore.Components;

namespace Sida.Web.Components.Chat;

/// <summary>A form that takes pictures: the first page and the composer of a conversation.</summary>
public abstract class PictureForm : ComponentBase, IAsyncDisposable
{
    /// <summary>Told which conversation the question went to.</summary>
    [Parameter]
    public EventCallback<Guid> OnSent { get; set; }

    [Inject]
    private IServiceProvider Services { get; set; } = null!;

    [CascadingParameter]
    private protected ChatSession Session { get; set; } = null!;

    /// <summary>The picture that goes with the next question.</summary>
    private protected PictureDrop Drop { get; private set; } = null!;

    /// <summary>The form itself, on which pictures can be dropped.</summary>
    protected ElementReference Form { get; set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Drop.Changed -= OnChanged;
        await Drop.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Drop = ActivatorUtilities.CreateInstance<PictureDrop>(Services, Session);
        Drop.Changed += OnChanged;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await Drop.AttachAsync(Form);
        }
    }

    private void OnChanged() => _ = InvokeAsync(StateHasChanged);
}
