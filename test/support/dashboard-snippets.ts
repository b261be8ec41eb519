/** The React snippet for TailAdmin, as dashboards have it in use. The README must print it character for character. */
export const TAIL_ADMIN = `import { useEffect } from 'react';
import { useAuth } from './hooks/useAuth';

function ChatIntegration() {
    const { token } = useAuth();

    useEffect(() => {
        if (token) {
            // Load chat widget script
            const script = document.createElement('script');
            script.src = 'http://localhost:3003/chat/embed.js';
            script.onload = () => {
                // Initialize chat widget
                window.BizOSaaSChat = new BizOSaaSChat({
                    apiUrl: 'http://localhost:3003',
                    authToken: token,
                    position: 'bottom-right'
                });
            };
            document.head.appendChild(script);
        }
    }, [token]);

    return null; // Chat widget is rendered globally
}
`;

/** The template snippet for SQLAdmin, likewise. */
export const SQL_ADMIN = `<!-- Load chat widget -->
<script src="http://localhost:3003/chat/embed.js"></script>

<script>
// Initialize after getting auth token
fetch('/api/auth/token')
    .then(response => response.json())
    .then(data => {
        const chat = new BizOSaaSChat({
            apiUrl: 'http://localhost:3003',
            authToken: data.token,
            position: 'bottom-left'
        });
    });
</script>
`;
