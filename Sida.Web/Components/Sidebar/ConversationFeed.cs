namespace Sida.Web.Components.Sidebar;

/// <summary>Tells the list at the side that a page of the same browser tab has changed a conversation.</summary>
internal sealed class ConversationFeed
{
    public event Action? Changed;

    public void Tell() => Changed?.Invoke();
}
