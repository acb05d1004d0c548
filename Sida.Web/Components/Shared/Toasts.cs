namespace Sida.Web.Components.Shared;

/// <summary>Short messages at the bottom of a page, some of which can be taken back.</summary>
internal sealed class Toasts
{
    /// <summary>The message that is shown; a newer one replaces it.</summary>
    public Toast? Current { get; private set; }

    public event Action? Changed;

    public void Show(string text, string? action = null, Func<Task>? onAction = null) => Set(new Toast(text, action, onAction));

    /// <summary>Takes a message away, if it is still the one that is shown.</summary>
    public void Hide(Toast toast)
    {
        if (ReferenceEquals(Current, toast))
        {
            Set(null);
        }
    }

    private void Set(Toast? toast)
    {
        Current = toast;
        Changed?.Invoke();
    }
}

/// <summary>A message with what can be done about it.</summary>
internal sealed record Toast(string Text, string? Action, Func<Task>? OnAction);
